/// The files of a store's directory.
struct StorePaths: Sendable {
    let directory: String

    var data: String { directory + "/data.mdb" }
    /// Which store this is; there from the moment the store is whole.
    var store: String { directory + "/STORE" }
    /// Held by the process that writes.
    var lock: String { directory + "/LOCK" }
    /// Space to be given up.
    var reserve: String { directory + "/RESERVE" }

    /// What a directory may hold and still be taken for an empty one.
    static let traces: Set<String> = ["LOCK", "lock.mdb", "lost+found"]

    /// Whether there is nothing in it that could be lost.
    func isEmpty() throws(StoreFailure) -> Bool {
        guard FileSystem.size(directory) != nil else { return true }
        return try FileSystem.names(in: directory).allSatisfy { StorePaths.traces.contains($0) }
    }
}
