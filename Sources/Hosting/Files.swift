import Glibc

/// Names of files as others can use them, who stand in another directory.
enum Files {
    /// The absolute path of what is there, without links; as it was given when that cannot be found out.
    static func resolved(_ path: String) -> String {
        guard let found = realpath(path, nil) else { return path }
        defer { free(found) }
        return String(cString: found)
    }
}
