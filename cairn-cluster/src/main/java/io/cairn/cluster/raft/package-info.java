// SPDX-License-Identifier: Apache-2.0
/**
 * Consensus groups on the MicroRaft core. Nothing outside this package names that library.
 *
 * <p><b>Way of a message.</b> The engine of a group sends through {@code EnginePort}, which adds
 * what our protocol adds and puts the bytes into the peer's {@code PeerMail}; that makes one frame
 * of what all groups have for a peer. What arrives goes through {@code ReplicaSetInbox}, on the
 * group's thread, to the engine.
 *
 * <p><b>Leases.</b> A leader answers reads alone while it is sure that nobody else leads. A voter
 * that has taken an append neither votes for another nor starts an election for one heartbeat
 * timeout T since it came, hence since it was sent. Each append carries the leader's clock reading,
 * which comes back with the answer. Let every election have to ask one of a set of voters (a
 * majority, or half of an even number, the leader among them); if all of these have answered
 * appends sent at t or later, nobody is elected before t + T. The lease ends a tenth of T earlier,
 * for clocks that run at different speeds, and 10 ms for their grain. Three things could break it,
 * and are kept from it. (1) A voter that restarts forgets when it took an append: for T after its
 * start it neither votes nor asks for votes. (2) A transfer of leadership asks for votes in spite
 * of such promises: the lease is void from the call on; should the transfer be given up, a new
 * lease counts only answers to later appends, which tell voters to refuse the votes of that
 * transfer ({@code VoteGuard}). (3) The set changes with the members: it is a majority of the new
 * configuration until that is committed, and two neighbouring configurations' majorities meet. The
 * clock is the monotonic one; a machine that is suspended as a whole and resumed, with a clock that
 * stood still, is beyond this promise, as is a clock that errs by more than a tenth. A group's
 * leader is ready, besides, only once the entry that began its term is applied.
 *
 * <p><b>Quorums.</b> The engine commits on half of an even number of voters, leader included, and
 * elects by a majority; while members change both are majorities. So in a group of two voters the
 * leader commits alone, and nobody is elected without both.
 *
 * <p><b>Members.</b> A member that was removed has ended for good; to come back, or to learn only
 * from now on, its group is removed from the node and started anew, under another name in its log.
 */
@NullMarked
package io.cairn.cluster.raft;

import org.jspecify.annotations.NullMarked;
