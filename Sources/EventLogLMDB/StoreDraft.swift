/// A copy being put together beside where it shall be a store, so that what an end in the middle leaves is never taken for one.
///
///     UNFINISHED/ ─▶ copy, sync, verify ─▶ data.mdb moves up ─▶ STORE ─▶ UNFINISHED goes
///
/// Without STORE, UNFINISHED and what moved up are rubbish of ours: the next try clears them away.
struct StoreDraft {
    let target: StorePaths
    let inner: StorePaths
    private let lock: StoreLock

    /// Makes the draft in a directory that is missing, empty, or left by a try that did not end. `whatElse` says what to do
    /// when it is none of these.
    init(in target: StorePaths, whatElse: String) throws(StoreFailure) {
        self.target = target
        inner = StorePaths(directory: target.unfinished)
        let isLeft = FileSystem.size(inner.directory) != nil && FileSystem.size(target.store) == nil
        guard try target.isEmpty(besides: isLeft ? ["UNFINISHED", "data.mdb"] : []) else {
            throw .refused("\(target.directory) is not empty: \(whatElse)")
        }
        try FileSystem.makeDirectory(inner.directory)
        // Of two who copy to one place, the second must not clear away what the first is at.
        lock = try StoreLock(inner)
        FileSystem.remove(inner.data)
        if isLeft { FileSystem.remove(target.data) }
    }

    /// Makes the copy a store. STORE comes last: a directory with it is a whole store.
    func finish(_ described: StoreFile) throws(StoreFailure) {
        try FileSystem.move(inner.data, to: target.data)
        try described.write(target)
        discard()
    }

    /// Leaves nothing of the draft.
    func discard() { StoreDraft.discard(target) }

    private static func discard(_ target: StorePaths) {
        let inner = StorePaths(directory: target.unfinished)
        for file in [inner.data, inner.lockTable, inner.lock] { FileSystem.remove(file) }
        FileSystem.removeDirectory(inner.directory)
    }

    /// Refuses what a backup or restore left that did not end; clears away what one left that did.
    static func refuseUnfinished(_ paths: StorePaths, _ described: StoreFile?) throws(StoreFailure) {
        guard FileSystem.size(paths.unfinished) != nil else { return }
        guard described == nil else { return discard(paths) }
        throw .refused(
            "a backup or restore into \(paths.directory) did not end: run it again, with the same directory; it begins anew")
    }
}
