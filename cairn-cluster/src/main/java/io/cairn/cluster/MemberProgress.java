// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster;

/**
 * How far a member has come, as the leader knows.
 *
 * @param matchIndex the index up to which its log is known to equal the leader's
 * @param sinceContactMillis milliseconds since its last answer; {@link Long#MAX_VALUE} if it has
 *     never answered this leader
 */
public record MemberProgress(long matchIndex, long sinceContactMillis) {}
