import EventLog
import Kernel

/// The file STORE beside the data: one line of JSON that says a store is here, so that data lost is seen and not made anew.
struct StoreFile: Equatable {
    /// The newest layout of tables and records this program knows.
    static let format = 1

    var identity: StoreIdentity
    var format: Int

    /// Nil when there is no such file.
    static func read(_ paths: StorePaths) throws(StoreFailure) -> StoreFile? {
        guard let bytes = try FileSystem.read(paths.store, limit: Limits.storeFileBytes) else { return nil }
        guard let file = StoreFile(bytes) else {
            throw .refused(
                "\(paths.store) is not readable as the description of a store; copy it back from a backup of this store")
        }
        try file.requireKnownFormat(paths)
        return file
    }

    func write(_ paths: StorePaths) throws(StoreFailure) { try FileSystem.replace(paths.store, with: bytes) }

    func requireKnownFormat(_ paths: StorePaths) throws(StoreFailure) {
        guard format <= StoreFile.format else {
            throw .refused(
                "\(paths.directory) has format \(format) and this program knows \(StoreFile.format): "
                    + "start it with the newer program that wrote it")
        }
    }
}
