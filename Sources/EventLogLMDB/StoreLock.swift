import Glibc

/// The right to write a store, held by one process at a time and given up with it, however it ends.
final class StoreLock: Sendable {
    private let descriptor: Int32

    /// Throws `.inUse` naming the holder's process id.
    init(_ paths: StorePaths) throws(StoreFailure) {
        // Close-on-exec, or a spawned child would hold the lock beyond our end.
        let opened = open(paths.lock, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard opened >= 0 else { throw FileSystem.failure("open", paths.lock) }
        guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            close(opened)
            guard code == EWOULDBLOCK else { throw FileSystem.failure("lock", paths.lock, code) }
            let holder = try FileSystem.read(paths.lock, limit: 32).map { String(decoding: $0, as: UTF8.self) } ?? ""
            let name = Int32(holder.prefix { $0.isNumber }).map { "process \($0)" } ?? "another process"
            throw .inUse("\(paths.directory) is in use by \(name); stop it, or give this one another directory")
        }
        descriptor = opened
        let text = Array("\(getpid())\n".utf8)
        guard ftruncate(opened, 0) == 0, pwrite(opened, text, text.count, 0) == text.count else {
            let code = errno
            StoreLock.giveUp(opened)
            throw FileSystem.failure("write", paths.lock, code)
        }
    }

    deinit { StoreLock.giveUp(descriptor) }

    /// Unlocks first: until it execs, a child being spawned has a copy of the descriptor, and closing ours would leave it the lock.
    private static func giveUp(_ descriptor: Int32) {
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }
}
