import Foundation
import FuzzTargets
import Testing

/// Every input the fuzzers keep, and every one that once broke something, read by its target: `run` stops the process when a
/// promise is broken.
@Suite struct CorpusTests {
    @Test(arguments: FuzzTarget.allCases) func `each input of the corpus ends in a value or a typed error`(_ target: FuzzTarget)
        throws
    {
        let folder = try #require(Bundle.module.resourceURL).appending(path: "Corpus/\(target.rawValue)")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(names.count >= 5)
        for name in names {
            try Data(contentsOf: folder.appending(path: name)).withUnsafeBytes { target.run($0) }
        }
    }
}
