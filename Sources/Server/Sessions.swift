import Engine

/// The connections that speak as workers, and the numbers the engine knows them by.
struct Sessions {
    private var numbers: [Peer: PeerID] = [:]
    private var peers: [PeerID: Peer] = [:]
    private var next = 0

    var isEmpty: Bool { peers.isEmpty }

    /// In the order they came.
    var all: [Peer] { peers.keys.sorted { $0.number < $1.number }.compactMap { peers[$0] } }

    func number(of peer: Peer) -> PeerID? { numbers[peer] }
    func peer(_ number: PeerID) -> Peer? { peers[number] }

    /// The number of a connection; a new one where it has none.
    mutating func open(_ peer: Peer) -> PeerID {
        if let known = numbers[peer] { return known }
        next += 1
        let number = PeerID(number: next)
        numbers[peer] = number
        peers[number] = peer
        return number
    }

    /// The connection is no worker's any more.
    mutating func close(_ number: PeerID) {
        if let peer = peers.removeValue(forKey: number) { numbers[peer] = nil }
    }
}
