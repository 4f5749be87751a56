import Glibc

/// A socket in the file system, from the side of one who would listen there.
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
        switch LocalSocket.knock(path) {
        case 0, EAGAIN: .listening
        case ECONNREFUSED, ENOENT: .abandoned
        case ENAMETOOLONG: .unknown("its path is too long")
        case let code: .unknown(String(cString: strerror(code)))
        }
    }
}
