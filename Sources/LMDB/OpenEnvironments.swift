import Glibc
import Synchronization

/// The directories this process has open: POSIX drops all of a process's locks on a file with the first close of any
/// descriptor of it, so opening an environment twice, and closing one, would silently unlock the other.
enum OpenEnvironments {
    struct Place: Hashable, Sendable {
        var device: UInt64
        var inode: UInt64
    }

    private static let places = Mutex<Set<Place>>([])

    /// Takes the directory, or throws when it is taken.
    static func take(_ path: String) throws(LMDBError) -> Place {
        var status = stat()
        guard stat(path, &status) == 0 else { throw .system(errno) }
        let place = Place(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
        guard places.withLock({ $0.insert(place).inserted }) else { throw .alreadyOpen(path) }
        return place
    }

    static func release(_ place: Place) {
        _ = places.withLock { $0.remove(place) }
    }
}
