/// The members of a JSON object, in the order they were written.
///
/// A list, not a hash table: bodies are small, order is kept, and iteration is the same in every process.
public struct JSONObject: Sendable {
    public internal(set) var members: [(key: String, value: JSON)]

    public init() { members = [] }

    /// Builds an object from members whose keys are known to differ.
    public init(uniqueKeysWithValues elements: some Sequence<(String, JSON)>) {
        members = elements.map { (key: $0.0, value: $0.1) }
    }

    public var isEmpty: Bool { members.isEmpty }
    public var count: Int { members.count }
    public var keys: [String] { members.map(\.key) }

    public func contains(_ key: String) -> Bool { members.contains { $0.key == key } }

    /// Reads, replaces, adds (at the end) or, with nil, removes one member.
    public subscript(key: String) -> JSON? {
        get { members.first { $0.key == key }?.value }
        set {
            let index = members.firstIndex { $0.key == key }
            switch (index, newValue) {
            case (let index?, let value?): members[index].value = value
            case (let index?, nil): members.remove(at: index)
            case (nil, let value?): members.append((key, value))
            case (nil, nil): break
            }
        }
    }

    /// The same members in the order of the bytes of their keys.
    var sortedByKey: JSONObject {
        var sorted = self
        sorted.members.sort { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        return sorted
    }

    /// Adds a member the caller knows to be new; does not look for an old one.
    public mutating func append(_ key: String, _ value: JSON) {
        // Growing from one to two to four would cost the usual small object three allocations.
        if members.isEmpty { members.reserveCapacity(4) }
        members.append((key, value))
    }
}

extension JSONObject: Equatable {
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.count == right.count && left.members.allSatisfy { right[$0.key] == $0.value }
    }
}
