/// The files of a store's directory.
struct StorePaths: Sendable {
    let directory: String

    var data: String { directory + "/data.mdb" }
    /// LMDB's table of readers.
    var lockTable: String { directory + "/lock.mdb" }
    /// Which store this is; there from the moment the store is whole.
    var store: String { directory + "/STORE" }
    /// Held by the process that writes.
    var lock: String { directory + "/LOCK" }
    /// Written on trial, and removed at once.
    var trial: String { directory + "/TRIAL" }
    /// Where a backup or restore puts its copy together; there until the copy is a store.
    var unfinished: String { directory + "/UNFINISHED" }
    /// Space to be given up.
    var reserve: String { directory + "/RESERVE" }

    /// Those that stay.
    var files: [String] { [data, lockTable, store, lock, reserve] }

    /// Why this is not a store, when it has no STORE.
    var noStore: String {
        let isUnfinished = FileSystem.size(unfinished) != nil
        let why =
            FileSystem.size(directory) == nil
            ? "there is no such directory"
            : isUnfinished ? "a backup or restore into it did not end; run it again, it begins anew" : "it has no file STORE"
        return "\(directory) is not a store: \(why)"
    }

    /// What a directory may hold and still be taken for an empty one.
    static let traces: Set<String> = ["LOCK", "lock.mdb", "STORE.new", "TRIAL", "lost+found"]

    /// Whether there is nothing in it that could be lost.
    func isEmpty(besides ours: Set<String> = []) throws(StoreFailure) -> Bool {
        guard FileSystem.size(directory) != nil else { return true }
        return try FileSystem.names(in: directory).allSatisfy { StorePaths.traces.contains($0) || ours.contains($0) }
    }
}
