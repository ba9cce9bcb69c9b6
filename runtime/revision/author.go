package revision

import (
	"path"
	"strings"
	"time"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// Author is who made a text what it is, and by which commit.
type Author struct {
	Name   string
	Commit string // hash
	When   time.Time
}

// Authors knows who wrote the files of a project, by its Git repository.
type Authors struct {
	repository *git.Repository
	head       *object.Commit
	base       string
	texts      map[plumbing.Hash]string // of files, by the hash of their contents
}

// AuthorsOf looks for the repository that a folder lies in; nil where there is none, or
// nothing was committed.
func AuthorsOf(dir string) *Authors {
	repository, err := open(dir)
	if err != nil {
		return nil
	}
	a := &Authors{repository: repository, texts: map[plumbing.Hash]string{}}
	head, err := repository.Head()
	if err != nil {
		return nil
	}
	if a.head, err = repository.CommitObject(head.Hash()); err != nil {
		return nil
	}
	if a.base, err = below(repository, dir); err != nil {
		return nil
	}
	return a
}

// Head is the hash of what is checked out.
func (a *Authors) Head() string { return a.head.Hash.String() }

// mostCommits is how far back a text is followed.
const mostCommits = 10_000

// Of is who committed a text that stands in a file as it does now: the commit from which on
// it has been there. Where it isn't committed, or the history that tells is not there, as in
// a shallow clone, nobody is known.
func (a *Authors) Of(file, text string) (Author, bool) {
	name := path.Join(a.base, file)
	at := a.head
	if !a.holds(at, name, text) {
		return Author{}, false
	}
	for range mostCommits {
		next, whole := a.before(at, name, text)
		if !whole {
			return Author{}, false
		}
		if next == nil {
			return Author{at.Author.Name, at.Hash.String(), at.Author.When}, true
		}
		at = next
	}
	return Author{}, false
}

// before is the parent of a commit that has the text too, nil where none has; whole is
// false where a parent is not there.
func (a *Authors) before(c *object.Commit, name, text string) (parent *object.Commit, whole bool) {
	for _, hash := range c.ParentHashes {
		p, err := a.repository.CommitObject(hash)
		if err != nil {
			return nil, false
		}
		if a.holds(p, name, text) {
			return p, true
		}
	}
	return nil, true
}

// holds tells whether a file has a text at a commit.
func (a *Authors) holds(c *object.Commit, name, text string) bool {
	tree, err := c.Tree()
	if err != nil {
		return false
	}
	entry, err := tree.FindEntry(name)
	if err != nil {
		return false
	}
	contents, known := a.texts[entry.Hash]
	if !known {
		if file, err := tree.File(name); err == nil {
			contents, _ = file.Contents()
		}
		a.texts[entry.Hash] = contents
	}
	return strings.Contains(contents, text)
}
