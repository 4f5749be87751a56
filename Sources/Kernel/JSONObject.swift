/// The members of a JSON object, in the order they were written.
///
/// A list, not a hash table: bodies are small, order is kept, and iteration is the same in every process.
public struct JSONObject: Sendable {
    public internal(set) var members: [(key: String, value: JSON)]

    public init() { members = [] }

    /// An empty one with room for so many members.
    public init(capacity: Int) {
        members = []
        members.reserveCapacity(capacity)
    }

    /// A literal's members as they are: they lie in memory as ours do, which have names for their parts.
    init(literal members: [(String, JSON)]) { self.members = unsafeBitCast(members, to: [(key: String, value: JSON)].self) }

    /// Builds an object from members whose keys are known to differ.
    public init(uniqueKeysWithValues elements: some Sequence<(String, JSON)>) {
        members = elements.map { (key: $0.0, value: $0.1) }
    }

    public var isEmpty: Bool { members.isEmpty }
    public var count: Int { members.count }
    public var keys: [String] { members.map(\.key) }

    public func contains(_ key: String) -> Bool { index(of: key) != nil }

    // By index: a look at a whole member would be a copy of it.
    @inline(__always)
    private func index(of key: String) -> Int? { members.indices.first { members[$0].key.hasBytes(of: key) } }

    /// Reads, replaces, adds (at the end) or, with nil, removes one member.
    public subscript(key: String) -> JSON? {
        get { index(of: key).map { members[$0].value } }
        set {
            let index = index(of: key)
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

    /// Whether both have the same keys, with values that `isSame` takes for one.
    public func matches(_ other: JSONObject, _ isSame: (JSON, JSON) -> Bool) -> Bool {
        guard count == other.count else { return false }
        guard count > JSONObject.linearLimit else {
            return members.allSatisfy { member in other[member.key].map { isSame(member.value, $0) } ?? false }
        }
        return zip(sortedByKey.members, other.sortedByKey.members).allSatisfy { left, right in
            left.key.hasBytes(of: right.key) && isSame(left.value, right.value)
        }
    }

    /// Members up to which a look at each is cheaper than an order or a set.
    static let linearLimit = 16

    /// Adds a member the caller knows to be new; does not look for an old one.
    public mutating func append(_ key: String, _ value: JSON) {
        // Growing from one to two to four would cost the usual small object three allocations.
        if members.capacity == 0 { members.reserveCapacity(4) }
        members.append((key, value))
    }
}

extension JSONObject: Equatable {
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.matches(right) { $0 == $1 }
    }
}
