import Foundation
import Testing

/// A definition in `Fixtures`, with what its last lines say is expected: `#! 3:5: message` for a problem, `#? …` for a
/// warning. JSON cannot hold comments; its lines stand in a file beside it that ends in `.expected`.
struct Fixture: CustomTestStringConvertible, Sendable {
    let name: String
    let source: String
    let problems: [String]
    let warnings: [String]

    var testDescription: String { name }

    static func all(in folder: String) throws -> [Fixture] {
        let directory = try #require(Bundle.module.url(forResource: "Fixtures/\(folder)", withExtension: nil))
        let files = try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
        return try files.filter { !$0.hasSuffix(".expected") }.map { try Fixture(directory.appending(path: $0)) }
    }

    private init(_ url: URL) throws {
        name = url.lastPathComponent
        source = try String(contentsOf: url, encoding: .utf8)
        let notes =
            name.hasSuffix(".json") ? try String(contentsOf: url.appendingPathExtension("expected"), encoding: .utf8) : source
        func lines(_ mark: String) -> [String] {
            notes.split(separator: "\n").filter { $0.hasPrefix(mark) }.map { String($0.dropFirst(mark.count)) }
        }
        problems = lines("#! ")
        warnings = lines("#? ")
    }
}
