import Glibc

/// A socket in the file system.
enum SocketFile {
    enum Use: Equatable {
        /// Nobody listens behind it, as after a kill.
        case abandoned
        case listening
        /// Why it cannot be told.
        case unknown(String)
    }

    /// Asks by connecting, and never waits.
    static func use(of path: String) -> Use {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let fits = withUnsafeMutableBytes(of: &address.sun_path) { room in
            guard path.utf8.count < room.count else { return false }
            room.copyBytes(from: path.utf8)
            return true
        }
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = fits ? socket(AF_UNIX, kind, 0) : -1
        guard descriptor >= 0 else { return .unknown(fits ? String(cString: strerror(errno)) : "its path is too long") }
        defer { close(descriptor) }
        let met = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        if met == 0 || errno == EAGAIN { return .listening }
        return errno == ECONNREFUSED || errno == ENOENT ? .abandoned : .unknown(String(cString: strerror(errno)))
    }
}
