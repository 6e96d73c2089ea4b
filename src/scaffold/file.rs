//! Puts a file of ROOT in the place of another.

use super::Error;
use std::io;
use std::path::Component;
use std::path::Path;

/// Writes a file below ROOT in one step: whoever reads it sees the old bytes or the new ones.
///
/// The path is relative, with `/` between its parts. Errs where a part of it is a symbolic link or leads out of ROOT, so that
/// nothing elsewhere is ever written; permissions stay.
pub fn replace(root: &Path, file: &str, bytes: &[u8]) -> Result<(), Error> {
    let failed = |what: &str, path: &Path, error: &io::Error| Error {
        message: format!("cannot {what} `{}`: {error}", path.display()),
    };
    let mut path = root.to_path_buf();
    for part in Path::new(file).components() {
        let Component::Normal(name) = part else {
            return Err(Error { message: format!("`{file}` leads out of `{}`", root.display()) });
        };
        path.push(name);
        if std::fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_symlink()) {
            return Err(Error {
                message: format!("`{}` is a symbolic link and is left as it is", path.display()),
            });
        }
    }
    let name = path.file_name().map_or(String::new(), |name| name.to_string_lossy().into_owned());
    let new = path.with_file_name(format!(".{name}.new"));
    std::fs::write(&new, bytes).map_err(|error| failed("write", &new, &error))?;
    if let Ok(metadata) = std::fs::metadata(&path) {
        let _ = std::fs::set_permissions(&new, metadata.permissions());
    }
    std::fs::rename(&new, &path).map_err(|error| failed("replace", &path, &error))
}

/// Writes a file below ROOT as [`replace`] does, with the folders that it stands in.
pub fn create(root: &Path, file: &str, bytes: &[u8]) -> Result<(), Error> {
    let mut path = root.to_path_buf();
    for part in Path::new(file).parent().into_iter().flat_map(Path::components) {
        let Component::Normal(name) = part else {
            return Err(Error { message: format!("`{file}` leads out of `{}`", root.display()) });
        };
        path.push(name);
        match std::fs::symlink_metadata(&path) {
            Ok(metadata) if metadata.is_dir() => {}
            Ok(_) => return Err(Error { message: format!("`{}` is no folder", path.display()) }),
            Err(_) => std::fs::create_dir(&path).map_err(|error| Error {
                message: format!("cannot make the folder `{}`: {error}", path.display()),
            })?,
        }
    }
    replace(root, file, bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_and_nothing_elsewhere() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::create_dir(folder.path().join("a")).unwrap();
        replace(folder.path(), "a/b.md", b"one").unwrap();
        replace(folder.path(), "a/b.md", b"two").unwrap();
        assert_eq!(std::fs::read(folder.path().join("a/b.md")).unwrap(), b"two");
        assert_eq!(std::fs::read_dir(folder.path().join("a")).unwrap().count(), 1);
        assert!(replace(folder.path(), "../c.md", b"three").is_err());
        create(folder.path(), "new/folders/d.md", b"four").unwrap();
        assert_eq!(std::fs::read(folder.path().join("new/folders/d.md")).unwrap(), b"four");
        assert!(create(folder.path(), "a/b.md/c", b"five").is_err());
        assert!(create(folder.path(), "../e/f.md", b"six").is_err());
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("/tmp", folder.path().join("out")).unwrap();
            assert!(replace(folder.path(), "out/c.md", b"three").is_err());
            assert!(create(folder.path(), "out/new/c.md", b"three").is_err());
        }
    }
}
