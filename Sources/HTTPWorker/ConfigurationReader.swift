import Kernel
public import SagaModel
import SagaText

/// Reads and checks a configuration: YAML, or JSON.
public enum ConfigurationReader {
    /// Everything that is wrong with a text, each problem at its line and column.
    public struct Refusal: Error, Sendable { public let problems: [Problem] }

    /// `environment` answers what `${ env.NAME }` reads; it is asked now and not again.
    public static func read(
        _ text: String, environment: (String) -> String?
    ) throws(Refusal) -> HTTPWorkerConfiguration {
        guard text.utf8.contains(where: { !" \t\r\n".utf8.contains($0) }) else {
            throw Refusal(problems: [Problem(Place(line: 1, column: 1, path: "$"), "the configuration is empty")])
        }
        let root: SourceNode
        do { root = try DefinitionReader.tree(text) } catch { throw Refusal(problems: [error]) }
        return try withoutActuallyEscaping(environment) { environment throws(Refusal) in
            var builder = ConfigurationBuilder(environment: environment)
            guard let configuration = builder.build(root), builder.problems.isEmpty else {
                throw Refusal(problems: builder.problems.problems)
            }
            return configuration
        }
    }
}
