import Kernel
import SagaModel

/// Builds one definition from its tree; the problems found on the way are gathered, not thrown.
struct DefinitionBuilder {
    static let defaultTimeout: Int64 = 30_000

    let catalog: any AggregateCatalog
    /// Types at which commands were cut when the definition was accepted.
    let settled: Set<String>
    /// Types of commands that could be cut elsewhere too.
    var ambiguous: Set<String> = []
    var problems = Problems()
    var name: String?
    var version: Int?
    var names = StepNames([])
    var input: Schema?
    var defaultRetry = RetryDraft()
    var defaultUndoRetry = RetryDraft()
    var timeout: Int64 = Self.defaultTimeout
    var drafts: [StepDraft] = []
    var graph = Graph(names: [], needs: [])
    /// Steps marked as the pivot; more than one is refused.
    var pivots: [Int] = []
    /// How each step can have ended for those that read it.
    var endings: [Set<StepEnding>] = []

    init(catalog: some AggregateCatalog, settled: [String] = []) {
        self.catalog = catalog
        self.settled = Set(settled)
    }

    var parser: TemplateParser { TemplateParser(steps: names) }

    mutating func build(_ node: SourceNode) -> Definition? {
        guard let pairs = node.pairs else {
            problems.refuse(node.place, "a definition is an object with the keys saga, version and steps, not \(node.kind)")
            return nil
        }
        checkKeys(pairs, DefinitionKeys.top, of: "a definition")
        readHead(node)
        if let pair = node.pair("input") { input = Schema(pair.value, &problems) }
        if let pair = node.pair("defaults") { readDefaults(pair.value) }
        let summary = node.pair("description").flatMap { text($0) }
        let deadline = node.pair("deadline").flatMap { duration($0, least: 1) }
        let attention = node.pair("attention").flatMap { duration($0, least: 1) } ?? Definition.defaultAttention
        readSteps(node)
        let key = node.pair("key").flatMap { readKey($0) }
        let output = node.pair("output").flatMap { readOutput($0.value) }
        checkOrder()
        checkPivot()
        checkSteps()
        checkDeadline(deadline, place: node.pair("deadline")?.value.place)
        guard problems.isEmpty, let name, let version else { return nil }
        return Definition(
            name: name, version: version, summary: summary, key: key?.template, deadline: deadline, attention: attention,
            input: input, steps: drafts.compactMap { step($0) }, output: output?.template)
    }

    private mutating func readHead(_ node: SourceNode) {
        if let pair = require("saga", in: node, "the saga's name"), let text = text(pair) {
            if Names.isSagaName(text) {
                name = text
            } else {
                problems.refuse(pair.value.place, "'\(text)' is no saga name: a small letter, then up to 62 of a-z, 0-9 and '-'")
            }
        }
        if let pair = require("version", in: node, "an integer from 1 that rises with every change"),
            let number = integer(pair, in: 1...Int64(Int32.max))
        {
            version = Int(number)
        }
    }

    private mutating func readDefaults(_ node: SourceNode) {
        guard let pairs = object(node, "`defaults`") else { return }
        checkKeys(pairs, DefinitionKeys.defaults, of: "`defaults`")
        if let pair = node.pair("timeout"), let value = duration(pair, least: 1) { timeout = value }
        if let pair = node.pair("retry") { defaultRetry = readRetry(pair.value) }
        if let pair = node.pair("undo_retry") { defaultUndoRetry = readRetry(pair.value) }
    }

    private mutating func readSteps(_ node: SourceNode) {
        guard let pair = require("steps", in: node, "at least one step") else { return }
        guard let pairs = object(pair.value, "`steps`") else { return }
        guard !pairs.isEmpty else { return problems.refuse(pair.value.place, "`steps` is empty; a saga has at least one step") }
        guard pairs.count <= DefinitionLimits.steps else {
            return problems.refuse(
                pair.place, "a definition has at most \(DefinitionLimits.steps) steps, this has \(pairs.count)")
        }
        names = StepNames(pairs.map(\.key))
        for pair in pairs {
            if !Names.isStepName(pair.key) {
                problems.refuse(pair.place, "'\(pair.key)' is no step name: a small letter, then up to 62 of a-z, 0-9 and '_'")
            }
            drafts.append(readStep(pair))
        }
        graph = Graph(names: names.names, needs: drafts.map { $0.needs.map(\.index) })
        pivots = drafts.indices.filter { drafts[$0].isPivot }
        endings = drafts.map(\.endings)
    }

    private mutating func readKey(_ pair: SourcePair) -> ParsedTemplate? {
        guard let template = parser.parse(pair.value, &problems) else { return nil }
        let kinds = ExpressionCheck.check(template, rules(.sagaKey), &problems)
        checkTextual(kinds, pair.value, "a key")
        return template
    }

    private mutating func readOutput(_ node: SourceNode) -> ParsedTemplate? {
        guard let template = parser.parse(node, &problems) else { return nil }
        ExpressionCheck.check(template, rules(.output), &problems)
        return template
    }
}
