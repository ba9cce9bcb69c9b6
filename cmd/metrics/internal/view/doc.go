// Package view shows what the compiler and the runtime return: the same content
// as text for people, as Markdown, and as JSON, CSV and other formats for
// programs. It computes nothing, and prints the same bytes for the same input.
package view
