// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

/**
 * What membership sent and received since it started.
 *
 * @param sent messages handed to the transport
 * @param sentBytes their bytes
 * @param received messages that arrived
 * @param malformed of these, how many no member can have sent; they were dropped
 * @param dropped messages that were dropped because too many waited, or that could not be handled
 * @param lostEvents events that a listener did not get because it was too slow for too long
 */
public record MembershipTraffic(
    long sent, long sentBytes, long received, long malformed, long dropped, long lostEvents) {}
