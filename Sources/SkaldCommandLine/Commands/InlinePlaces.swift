import Kernel
import SagaModel
import SagaText

/// From the places in an inline definition as it was sent, compact JSON in one line, to those in the file it was written in.
struct InlinePlaces {
    private let sent: SourceNode
    private let written: SourceNode

    /// nil when the text cannot be read, and so was not sent.
    init?(_ text: String) {
        guard let written = try? DefinitionReader.tree(text), let sent = try? DefinitionReader.tree(written.json.text) else {
            return nil
        }
        (self.sent, self.written) = (sent, written)
    }

    /// A problem as the server told it, its place in the file; as it is when nothing of ours stands there.
    func placed(_ problem: JSON) -> JSON {
        guard var object = problem.objectValue, let path = problem["path"]?.stringValue, let column = problem["column"]?.intValue,
            let place = place(path, Int(clamping: column))
        else { return problem }
        object["line"] = .int(Int64(place.line))
        object["column"] = .int(Int64(place.column))
        return .object(object)
    }

    private func place(_ path: String, _ column: Int) -> Place? {
        guard let sent = Self.find(path, nil, in: sent), let written = Self.find(path, nil, in: written) else { return nil }
        if let key = sent.key, key.column == column { return written.key }
        let length = sent.node.string?.utf8.count ?? 0
        // Where in a text it is: the same character of it, however it is quoted there.
        let offset = (0...length).first { sent.node.place(at: $0).column == column }
        return offset.map { written.node.place(at: $0) } ?? written.node.place
    }

    /// The node of a path and the key before it; both trees are as deep as JSON may be.
    private static func find(_ path: String, _ key: Place?, in node: SourceNode) -> (key: Place?, node: SourceNode)? {
        if node.place.path == path { return (key, node) }
        for pair in node.pairs ?? [] where path.hasPrefix(pair.place.path) {
            if let found = find(path, pair.place, in: pair.value) { return found }
        }
        for element in node.elements ?? [] where path.hasPrefix(element.place.path) {
            if let found = find(path, nil, in: element) { return found }
        }
        return nil
    }
}

extension DefinitionFile {
    /// A server's refusal of this file, told as `def check` tells it; any other failure as it is. `argument` is the file as it was given.
    func placed(_ failure: Failure, argument: String, tool: String) -> Failure {
        guard failure.code == "invalid_definition", let problems = failure.body?["problems"]?.arrayValue,
            let places = InlinePlaces(text), var body = failure.body?.objectValue
        else { return failure }
        let placed = JSON.array(problems.map(places.placed))
        var failure = failure
        failure.details = ProblemText.lines(placed, source: path)
        body["problems"] = placed
        // The server's own names the place of the first in what was sent.
        body["message"] = .string("the definition is refused: " + failure.details.joined(separator: "\n"))
        failure.next = "correct it, then: \(tool) def check \(Plain.argument(argument))"
        failure.body = .object(body)
        return failure
    }
}
