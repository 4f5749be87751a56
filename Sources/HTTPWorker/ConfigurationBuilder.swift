import HTTPClient
import Kernel
import SagaModel
import SagaText
import Wire

/// Builds a configuration from its tree; the problems found on the way are gathered, not thrown.
struct ConfigurationBuilder {
    /// What an action has unless it says otherwise.
    struct Defaults {
        /// Nil after it was refused, too.
        var base: String?
        var saysBase = false
        var timeout = ConfigurationLimits.defaultTimeout
        var retryAfter = ConfigurationLimits.defaultRetryAfter
        var headers: [RequestTemplate.Line] = []
        var idempotencyHeader = "Idempotency-Key"
        var followsRedirects = false
    }

    let environment: (String) -> String?
    var problems = Problems()
    /// What templates read of the environment.
    var variables = JSONObject()
    var defaults = Defaults()
    var dedupes = false

    init(environment: @escaping (String) -> String?) { self.environment = environment }

    mutating func build(_ root: SourceNode) -> HTTPWorkerConfiguration? {
        guard let pairs = problems.object(root, "a configuration") else { return nil }
        problems.checkKeys(pairs, ConfigurationKeys.top, of: "a configuration")
        let endpoint = root.pair("endpoint").flatMap { readEndpoint($0) }
        let credit = root.pair("credit").flatMap { problems.integer($0, in: ConfigurationLimits.credit) }
        dedupes = root.pair("dedupes").flatMap { problems.flag($0) } ?? false
        if let pair = root.pair("defaults") { readDefaults(pair.value) }
        guard let pair = problems.require("actions", in: root, "what this worker can do, by name") else { return nil }
        let actions = readActions(pair)
        let names = pair.value.pairs?.map(\.key) ?? []
        let limits = root.pair("limits").map { readLimits($0.value, names) } ?? []
        return HTTPWorkerConfiguration(
            endpoint: endpoint, credit: credit.map { Int($0) } ?? ConfigurationLimits.defaultCredit, dedupes: dedupes,
            limits: limits, actions: actions)
    }

    private mutating func readEndpoint(_ pair: SourcePair) -> String? {
        guard let text = problems.text(pair) else { return nil }
        let isSound = ["tcp://", "ipc://"].contains { text.hasPrefix($0) && text.utf8.count > $0.utf8.count }
        if !isSound { problems.refuse(pair.value.place, "`endpoint` is tcp://HOST:PORT or ipc://PATH: where Skald listens") }
        return isSound ? text : nil
    }

    private mutating func readDefaults(_ node: SourceNode) {
        guard let pairs = problems.object(node, "`defaults`") else { return }
        problems.checkKeys(pairs, ConfigurationKeys.defaults, of: "`defaults`")
        if let pair = node.pair("base_url") {
            defaults.saysBase = true
            defaults.base = readBase(pair)
        }
        var settings = defaults
        readCommon(node, into: &settings)
        defaults = settings
    }

    /// What both the defaults and an action may say.
    mutating func readCommon(_ node: SourceNode, into settings: inout Defaults) {
        if let pair = node.pair("timeout"), let value = problems.duration(pair, least: 1) { settings.timeout = value }
        if let pair = node.pair("retry_after"), let value = problems.duration(pair, least: 0) {
            if value > WorkerLimits.retryAfter {
                problems.refuse(pair.value.place, "`retry_after` is at most 1d")
            } else {
                settings.retryAfter = value
            }
        }
        if let pair = node.pair("idempotency_header"), let name = problems.text(pair), checkHeader(name, pair.value.place) {
            settings.idempotencyHeader = name
        }
        if let pair = node.pair("follow_redirects"), let flag = problems.flag(pair) { settings.followsRedirects = flag }
        if let pair = node.pair("headers") { readHeaders(pair.value, into: &settings) }
    }

    private mutating func readActions(_ pair: SourcePair) -> [HTTPAction] {
        guard let pairs = problems.object(pair.value, "`actions`") else { return [] }
        guard (1...WorkerLimits.names).contains(pairs.count) else {
            problems.refuse(pair.place, "`actions` has 1 to \(WorkerLimits.names) of them, not \(pairs.count)")
            return []
        }
        return pairs.compactMap { readAction($0) }
    }

    private mutating func readLimits(_ node: SourceNode, _ actions: [String]) -> [Ready.Limit] {
        guard let pairs = problems.object(node, "`limits`") else { return [] }
        return pairs.compactMap { pair in
            guard actions.contains(pair.key) else {
                let hint = Suggestion.didYouMean(pair.key, among: actions)
                problems.refuse(pair.place, "there is no action '\(pair.key)'" + hint)
                return nil
            }
            guard let members = problems.object(pair.value, "a limit") else { return nil }
            problems.checkKeys(members, ConfigurationKeys.limit, of: "a limit")
            let most = WorkerLimits.credit.upperBound
            return Ready.Limit(
                action: pair.key, concurrent: pair.value.pair("concurrent").flatMap { problems.integer($0, in: 1...most) },
                perSecond: pair.value.pair("per_second").flatMap { readRate($0) })
        }
    }

    private mutating func readRate(_ pair: SourcePair) -> Double? {
        let rate: Double? =
            switch pair.value.value {
            case .scalar(.int(let number)): Double(number)
            case .scalar(.double(let number)): number
            default: nil
            }
        if let rate, rate > 0, rate <= WorkerLimits.perSecond { return rate }
        problems.refuse(pair.value.place, "`per_second` is a number above 0, at most \(Int(WorkerLimits.perSecond))")
        return nil
    }
}
