import Glibc

/// Tells a disk without room, which may be tried again, from a failed sync, which is final: LMDB's commit answers ENOSPC for both.
///
/// Where blocks are allocated late, a page that was "written" finds no room only at the sync. Linux then reports the loss once to
/// every descriptor that was open at that time: this one has been since the store was opened, and nobody else syncs it.
final class SyncWitness: Sendable {
    private let descriptor: Int32
    private let paths: StorePaths

    init(_ paths: StorePaths) throws(StoreFailure) {
        self.paths = paths
        descriptor = open(paths.data, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileSystem.failure("open", paths.data) }
    }

    deinit { close(descriptor) }

    /// Whether a commit that found no room was refused when it wrote its pages, before anything had to be synced. Any doubt is
    /// no: then a write on trial goes well, or pages written before turn out to be lost.
    func isOnlyRefused() -> Bool {
        guard fdatasync(descriptor) == 0 else { return false }
        return !FileSystem.hasRoom(paths.trial, bytes: Limits.trialBytes)
    }
}
