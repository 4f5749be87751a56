import Glibc

extension FileSystem {
    /// What root makes in a directory of somebody else's becomes theirs: the server, which runs as them, must open it. Files that are
    /// root's alone, by one name; nothing for who is not root.
    static func giveToOwner(of directory: String, _ files: [String]) {
        var owner = Glibc.stat()
        guard geteuid() == 0, stat(directory, &owner) == 0, owner.st_uid != 0 else { return }
        for file in files {
            var found = Glibc.stat()
            guard lstat(file, &found) == 0, found.st_mode & S_IFMT == S_IFREG, found.st_uid == 0, found.st_nlink == 1 else { continue }
            lchown(file, owner.st_uid, owner.st_gid)
        }
    }
}
