// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer;

/**
 * What one stream has carried to and from all peers since the start.
 *
 * @param sentFrames messages, requests, answers and pieces that were written
 * @param sentBytes their bytes with headers, before encryption
 * @param receivedFrames the same of what arrived
 * @param receivedBytes their bytes
 * @param dropped messages that were not sent because the peer was unreachable or its queue full
 */
public record PeerTraffic(
    long sentFrames, long sentBytes, long receivedFrames, long receivedBytes, long dropped) {}
