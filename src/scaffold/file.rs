//! Writes a file of ROOT: in the place of another, or a new one.

use super::Error;
use std::fs::File;
use std::io;
use std::io::Write;
use std::path::Component;
use std::path::Path;
use std::path::PathBuf;

/// Writes a file below ROOT in one step: whoever reads it sees the old bytes or the new ones.
///
/// The path is relative, with `/` between its parts. Errs where a part of it is a symbolic link or leads out of ROOT, so that
/// nothing elsewhere is ever written; permissions stay.
pub fn replace(root: &Path, file: &str, bytes: &[u8]) -> Result<(), Error> {
    let failed = |what: &str, path: &Path, error: &io::Error| Error {
        message: format!("cannot {what} `{}`: {error}", path.display()),
    };
    let path = inside(root, file)?;
    let name = path.file_name().map_or(String::new(), |name| name.to_string_lossy().into_owned());
    let new = path.with_file_name(format!(".{name}.new"));
    std::fs::write(&new, bytes).map_err(|error| failed("write", &new, &error))?;
    if let Ok(metadata) = std::fs::metadata(&path) {
        let _ = std::fs::set_permissions(&new, metadata.permissions());
    }
    std::fs::rename(&new, &path).map_err(|error| failed("replace", &path, &error))
}

/// Writes a new file below ROOT, and the folders above it.
///
/// Errs where something of that name is there already, and where [`replace`] would.
pub fn create(root: &Path, file: &str, bytes: &[u8]) -> Result<(), Error> {
    let path = inside(root, file)?;
    let failed = |what: &str, path: &Path, error: &io::Error| Error {
        message: format!("cannot {what} `{}`: {error}", path.display()),
    };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| failed("make the folder", folder, &error))?;
    }
    let written = File::options().write(true).create_new(true).open(&path);
    written.and_then(|mut file| file.write_all(bytes)).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            Error { message: format!("`{}` is there already and is left as it is", path.display()) }
        }
        _ => failed("write", &path, &error),
    })
}

/// Returns the path of a file below ROOT, no part of which is a link.
fn inside(root: &Path, file: &str) -> Result<PathBuf, Error> {
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
    Ok(path)
}

/// Writes a file below ROOT as [`replace`] does, with the folders that it stands in.
pub fn replace_with_folders(root: &Path, file: &str, bytes: &[u8]) -> Result<(), Error> {
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
        create(folder.path(), "new/folder/c.md", b"one").unwrap();
        let error = create(folder.path(), "new/folder/c.md", b"two").unwrap_err();
        assert!(error.message.ends_with("is there already and is left as it is"), "{error}");
        assert_eq!(std::fs::read(folder.path().join("new/folder/c.md")).unwrap(), b"one");
        assert!(create(folder.path(), "../d.md", b"three").is_err());
        replace_with_folders(folder.path(), "newer/folders/d.md", b"four").unwrap();
        assert_eq!(std::fs::read(folder.path().join("newer/folders/d.md")).unwrap(), b"four");
        assert!(replace_with_folders(folder.path(), "a/b.md/c", b"five").is_err());
        assert!(replace_with_folders(folder.path(), "../e/f.md", b"six").is_err());
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("/tmp", folder.path().join("out")).unwrap();
            assert!(replace(folder.path(), "out/c.md", b"three").is_err());
            assert!(create(folder.path(), "out/d.md", b"three").is_err());
            assert!(replace_with_folders(folder.path(), "out/new/c.md", b"three").is_err());
        }
    }
}
