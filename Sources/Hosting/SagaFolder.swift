import Engine
import Glibc
import Kernel

/// The definitions a server brings along: registered, or checked to be what was registered, before it serves.
struct SagaFolder {
    private static let endings = [".yaml", ".yml", ".json"]
    let path: String

    /// Installs every file in byte order of its name. Returns warnings; throws what is wrong in all of them.
    func install(into engine: Engine) throws -> [String] {
        var (warnings, wrong): ([String], [String]) = ([], [])
        for file in try files() {
            let source: String
            do { source = try read(file) } catch {
                wrong.append(error.description)
                continue
            }
            switch try engine.install(source) {
            case .registered(let notes): warnings += notes.map { "\(file):\($0)" }
            case .disabled(let why):
                warnings.append("\(file):\(why); the definition is registered, and disabled until a worker offers it")
            case .refused(let problems): wrong += problems.map { "\(file):\($0)" }
            }
        }
        guard wrong.isEmpty else { throw ServeFailure.configuration(wrong.joined(separator: "\n")) }
        return warnings
    }

    /// Before anything is made: whether there is such a folder.
    func check() throws { _ = try files() }

    private func files() throws -> [String] {
        guard let directory = opendir(path) else {
            throw ServeFailure.configuration("the folder of sagas '\(path)' cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            // Hidden ones are the editors': locks, which lead nowhere, and copies half written.
            if !name.hasPrefix("."), Self.endings.contains(where: name.hasSuffix) { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { "\(path)/\($0)" }
    }

    private func read(_ file: String) throws(ServeFailure) -> String {
        guard let stream = fopen(file, "r") else {
            throw ServeFailure.configuration("\(file): cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { fclose(stream) }
        var bytes = [UInt8](repeating: 0, count: EngineLimits.definitionSource + 1)
        let count = fread(&bytes, 1, bytes.count, stream)
        guard count <= EngineLimits.definitionSource else {
            throw ServeFailure.configuration("\(file): larger than \(EngineLimits.definitionSource) bytes")
        }
        guard let text = String(validating: bytes[..<count], as: UTF8.self) else {
            throw ServeFailure.configuration("\(file): not UTF-8")
        }
        return text
    }
}
