package revision

import (
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"strings"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"

	"github.com/metricsascode/metrics/metrics/diag"
)

// Revision is a project as it was committed. Nothing is checked out.
type Revision struct {
	Files  Files  // those that hold definitions, by path relative to the project folder
	Commit string // hash
	Head   string // hash of what is checked out; "" where nothing was committed
	Base   string // the project folder, relative to the root of the repository; "" where it is that
}

// At reads the definitions of the project in a folder at a revision of the Git
// repository that the folder lies in: a branch, a tag, a commit or anything else by
// which git rev-parse finds one. A revision without the folder has no files.
func At(dir, name string) (*Revision, *diag.Diagnostic) {
	repository, err := open(dir)
	if err != nil {
		return nil, unknown("The folder is in no Git repository",
			fmt.Sprintf("%s is not below a folder with .git in it that can be read (%s). Run the command in a clone of the repository.", dir, plainly(err)))
	}
	r := &Revision{Files: Files{}}
	if r.Base, err = below(repository, dir); err != nil {
		return nil, unknown("The repository has no working tree", "A bare repository holds no project to compare with. Run the command in a clone.")
	}
	hash, err := repository.ResolveRevision(plumbing.Revision(name))
	if err != nil {
		return nil, unknown(fmt.Sprintf("No revision %q", name),
			"The Git repository has no branch, tag or commit of that name. Check it by git rev-parse; where only a part of the history is there, as in most CI jobs, get it first: git fetch origin main.")
	}
	if head, err := repository.Head(); err == nil {
		r.Head = head.Hash().String()
	}
	r.Commit = hash.String()
	if err := r.read(repository, *hash); err != nil {
		return nil, unknown(fmt.Sprintf("Revision %q can't be read", name),
			fmt.Sprintf("Its files are not all there (%s). A shallow or partial clone may lack them: git fetch --unshallow.", plainly(err)))
	}
	return r, nil
}

// open finds the repository that a folder lies in.
func open(dir string) (*git.Repository, error) {
	return git.PlainOpenWithOptions(dir, &git.PlainOpenOptions{DetectDotGit: true, EnableDotGitCommonDir: true})
}

func unknown(summary, detail string) *diag.Diagnostic {
	return &diag.Diagnostic{Severity: diag.Error, Code: diag.UnknownRevision, Summary: summary, Detail: detail}
}

// plainly is an error without line breaks.
func plainly(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }

// below is a folder relative to the root of the working tree, with slashes.
func below(repository *git.Repository, dir string) (string, error) {
	tree, err := repository.Worktree()
	if err != nil {
		return "", err
	}
	root, err := filepath.EvalSymlinks(tree.Filesystem.Root())
	if err != nil {
		return "", err
	}
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return "", err
	}
	rel, err := filepath.Rel(root, real)
	if err != nil || rel == "." {
		return "", err
	}
	return filepath.ToSlash(rel), nil
}

// read collects the files with definitions and tests.
func (r *Revision) read(repository *git.Repository, hash plumbing.Hash) error {
	commit, err := repository.CommitObject(hash)
	if err != nil {
		return err
	}
	tree, err := commit.Tree()
	if err != nil {
		return err
	}
	if r.Base != "" {
		if tree, err = tree.Tree(r.Base); errors.Is(err, object.ErrDirectoryNotFound) {
			return nil
		} else if err != nil {
			return err
		}
	}
	return tree.Files().ForEach(func(f *object.File) error {
		if !strings.HasSuffix(f.Name, ".hcl") || hidden(f.Name) {
			return nil
		}
		text, found, err := contents(tree, f, 0)
		if err == nil && found {
			r.Files[f.Name] = text
		}
		return err
	})
}

// hidden tells whether a file or a folder above it is one that projects skip.
func hidden(name string) bool {
	for part := range strings.SplitSeq(name, "/") {
		if strings.HasPrefix(part, ".") {
			return true
		}
	}
	return false
}

// mostLinks is how many links are followed one after the other.
const mostLinks = 10

// contents is the text of a file; of a link, that of the file it leads to, where that
// lies in the project folder.
func contents(tree *object.Tree, f *object.File, links int) (text string, found bool, err error) {
	if text, err = f.Contents(); err != nil || f.Mode != filemode.Symlink {
		return text, err == nil, err
	}
	target := path.Join(path.Dir(f.Name), text)
	if path.IsAbs(text) || strings.HasPrefix(target, "../") || links == mostLinks {
		return "", false, nil
	}
	next, err := tree.File(target)
	if err != nil {
		return "", false, nil // it leads nowhere, or to a folder
	}
	return contents(tree, next, links+1)
}
