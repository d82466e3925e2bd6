// SPDX-License-Identifier: Apache-2.0
package io.cairn.net;

import static io.cairn.net.Ranges.atLeast;
import static io.cairn.net.Ranges.time;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;

/**
 * What a server bears from its clients before it refuses.
 *
 * @param maxInitialLineBytes length of the request line; beyond it 414
 * @param maxHeaderBytes length of all fields of one request; beyond it 431
 * @param maxHeaderCount number of fields of one request; beyond it 431
 * @param maxBodyBytes length of a body, compressed or not; beyond it 413
 * @param requestBodyBudget bytes that the bodies of all requests of the server may hold together,
 *     at least {@code maxBodyBytes}; beyond it 503. 0 for an eighth of the heap
 * @param unreadAnswerBudget bytes that the answers and events of the server may hold together that
 *     their clients have not read; beyond it 503, and the slowest readers lose theirs. 0 for an
 *     eighth of the heap
 * @param headerTimeout how long a request line with its fields may take to arrive; then 408
 * @param bodyIdleTimeout how long a body may pause while it arrives; then 408. The same pause in
 *     reading an answer ends the connection
 * @param bodyTimeout how long a body may take to arrive as a whole; then 408
 * @param keepAliveTimeout how long a connection may stay without any request
 * @param maxConnections connections at a time; further ones get 503 and are closed
 * @param maxPipelinedRequests requests of one HTTP/1 connection that may await their answers; no
 *     more are read until there are fewer
 * @param maxConcurrentStreams the same of one HTTP/2 connection; further streams are refused
 * @param maxEventStreams event streams of the server at a time; further ones get 503
 * @param eventStreamPing how often a comment is sent on an event stream, so that nobody in between
 *     takes the connection for dead, and a client that has gone is noticed
 * @param eventStreamBufferBytes unread events of one event stream; beyond it events are dropped
 */
@RecordBuilder
public record HttpLimits(
    int maxInitialLineBytes,
    int maxHeaderBytes,
    int maxHeaderCount,
    int maxBodyBytes,
    long requestBodyBudget,
    long unreadAnswerBudget,
    Duration headerTimeout,
    Duration bodyIdleTimeout,
    Duration bodyTimeout,
    Duration keepAliveTimeout,
    int maxConnections,
    int maxPipelinedRequests,
    int maxConcurrentStreams,
    int maxEventStreams,
    Duration eventStreamPing,
    int eventStreamBufferBytes)
    implements HttpLimitsBuilder.With {

  /** Checks that every limit is positive, or 0 where that says that it is derived. */
  public HttpLimits {
    atLeast("maxInitialLineBytes", maxInitialLineBytes, 1);
    atLeast("maxHeaderBytes", maxHeaderBytes, 1);
    atLeast("maxHeaderCount", maxHeaderCount, 1);
    atLeast("maxBodyBytes", maxBodyBytes, 1);
    atLeast("requestBodyBudget", requestBodyBudget, 0);
    atLeast("unreadAnswerBudget", unreadAnswerBudget, 0);
    time("headerTimeout", headerTimeout);
    time("bodyIdleTimeout", bodyIdleTimeout);
    time("bodyTimeout", bodyTimeout);
    time("keepAliveTimeout", keepAliveTimeout);
    atLeast("maxConnections", maxConnections, 1);
    atLeast("maxPipelinedRequests", maxPipelinedRequests, 1);
    atLeast("maxConcurrentStreams", maxConcurrentStreams, 1);
    atLeast("maxEventStreams", maxEventStreams, 1);
    time("eventStreamPing", eventStreamPing);
    atLeast("eventStreamBufferBytes", eventStreamBufferBytes, 1);
  }

  /** Returns the limits of a server that was given none. */
  public static HttpLimits defaults() {
    return HttpLimitsBuilder.builder()
        .maxInitialLineBytes(4096)
        .maxHeaderBytes(65_536)
        .maxHeaderCount(256)
        .maxBodyBytes(64 << 20)
        .headerTimeout(Duration.ofSeconds(15))
        .bodyIdleTimeout(Duration.ofSeconds(30))
        .bodyTimeout(Duration.ofMinutes(10))
        .keepAliveTimeout(Duration.ofMinutes(2))
        .maxConnections(20_000)
        .maxPipelinedRequests(64)
        .maxConcurrentStreams(256)
        .maxEventStreams(10_000)
        .eventStreamPing(Duration.ofSeconds(15))
        .eventStreamBufferBytes(1 << 20)
        .build();
  }
}
