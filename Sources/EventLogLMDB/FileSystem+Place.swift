import Glibc

extension FileSystem {
    /// Whether a path, which need not be there yet, is a directory or in it, whatever links and dots it is written with.
    static func isInside(_ path: String, _ directory: String) -> Bool {
        guard let wanted = identity(directory) else { return false }
        var place = path
        while identity(place) == nil, self.directory(of: place) != place { place = self.directory(of: place) }
        // Each turn is a directory higher, and the root is its own parent.
        while let found = identity(place) {
            if found == wanted { return true }
            guard let above = identity(place + "/.."), above != found else { return false }
            place += "/.."
        }
        return false
    }

    private struct Identity: Equatable {
        let device: dev_t
        let file: ino_t
    }

    private static func identity(_ path: String) -> Identity? {
        var found = Glibc.stat()
        return stat(path, &found) == 0 ? Identity(device: found.st_dev, file: found.st_ino) : nil
    }
}
