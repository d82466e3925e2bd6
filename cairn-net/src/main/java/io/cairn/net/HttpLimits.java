// SPDX-License-Identifier: Apache-2.0
package io.cairn.net;

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
 * @param unreadAnswerBudget bytes that the answers of the server may hold together that their
 *     clients have not read; beyond it 503, and the slowest readers lose theirs. 0 for an eighth of
 *     the heap
 * @param headerTimeout how long a request line with its fields may take to arrive; then 408
 * @param bodyIdleTimeout how long a body may pause while it arrives; then 408. The same pause in
 *     reading an answer ends the connection
 * @param bodyTimeout how long a body may take to arrive as a whole; then 408
 * @param keepAliveTimeout how long a connection may stay without any request
 * @param maxConnections connections at a time; further ones get 503 and are closed
 * @param maxPipelinedRequests requests of one HTTP/1 connection that may await their answers; no
 *     more are read until there are fewer
 * @param maxConcurrentStreams the same of one HTTP/2 connection; further streams are refused
 * @param eventStreamBufferBytes unread events of one event stream; beyond it events are dropped
 */
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
    int eventStreamBufferBytes) {

  /** The limits of a server that was given none. */
  public static final HttpLimits DEFAULTS =
      new HttpLimits(
          4096,
          65_536,
          256,
          64 << 20,
          0,
          0,
          Duration.ofSeconds(15),
          Duration.ofSeconds(30),
          Duration.ofMinutes(10),
          Duration.ofMinutes(2),
          20_000,
          64,
          256,
          1 << 20);

  /** Checks that every limit is positive, or 0 where that says that it is derived. */
  public HttpLimits {
    requirePositive("maxInitialLineBytes", maxInitialLineBytes);
    requirePositive("maxHeaderBytes", maxHeaderBytes);
    requirePositive("maxHeaderCount", maxHeaderCount);
    requirePositive("maxBodyBytes", maxBodyBytes);
    requireNotNegative("requestBodyBudget", requestBodyBudget);
    requireNotNegative("unreadAnswerBudget", unreadAnswerBudget);
    requirePositive("headerTimeout", headerTimeout.toNanos());
    requirePositive("bodyIdleTimeout", bodyIdleTimeout.toNanos());
    requirePositive("bodyTimeout", bodyTimeout.toNanos());
    requirePositive("keepAliveTimeout", keepAliveTimeout.toNanos());
    requirePositive("maxConnections", maxConnections);
    requirePositive("maxPipelinedRequests", maxPipelinedRequests);
    requirePositive("maxConcurrentStreams", maxConcurrentStreams);
    requirePositive("eventStreamBufferBytes", eventStreamBufferBytes);
  }

  private static void requireNotNegative(String name, long value) {
    if (value < 0) {
      throw new IllegalArgumentException(name + " must not be negative, was " + value);
    }
  }

  private static void requirePositive(String name, long value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + " must be positive, was " + value);
    }
  }

  /** Returns a builder that starts from these limits. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /** Collects limits; not safe for use by several threads. */
  public static final class Builder {
    private int maxInitialLineBytes;
    private int maxHeaderBytes;
    private int maxHeaderCount;
    private int maxBodyBytes;
    private long requestBodyBudget;
    private long unreadAnswerBudget;
    private Duration headerTimeout;
    private Duration bodyIdleTimeout;
    private Duration bodyTimeout;
    private Duration keepAliveTimeout;
    private int maxConnections;
    private int maxPipelinedRequests;
    private int maxConcurrentStreams;
    private int eventStreamBufferBytes;

    private Builder(HttpLimits limits) {
      maxInitialLineBytes = limits.maxInitialLineBytes;
      maxHeaderBytes = limits.maxHeaderBytes;
      maxHeaderCount = limits.maxHeaderCount;
      maxBodyBytes = limits.maxBodyBytes;
      requestBodyBudget = limits.requestBodyBudget;
      unreadAnswerBudget = limits.unreadAnswerBudget;
      headerTimeout = limits.headerTimeout;
      bodyIdleTimeout = limits.bodyIdleTimeout;
      bodyTimeout = limits.bodyTimeout;
      keepAliveTimeout = limits.keepAliveTimeout;
      maxConnections = limits.maxConnections;
      maxPipelinedRequests = limits.maxPipelinedRequests;
      maxConcurrentStreams = limits.maxConcurrentStreams;
      eventStreamBufferBytes = limits.eventStreamBufferBytes;
    }

    /** Sets {@link HttpLimits#maxInitialLineBytes()}. */
    public Builder maxInitialLineBytes(int value) {
      maxInitialLineBytes = value;
      return this;
    }

    /** Sets {@link HttpLimits#maxHeaderBytes()}. */
    public Builder maxHeaderBytes(int value) {
      maxHeaderBytes = value;
      return this;
    }

    /** Sets {@link HttpLimits#maxHeaderCount()}. */
    public Builder maxHeaderCount(int value) {
      maxHeaderCount = value;
      return this;
    }

    /** Sets {@link HttpLimits#maxBodyBytes()}. */
    public Builder maxBodyBytes(int value) {
      maxBodyBytes = value;
      return this;
    }

    /** Sets {@link HttpLimits#requestBodyBudget()}. */
    public Builder requestBodyBudget(long value) {
      requestBodyBudget = value;
      return this;
    }

    /** Sets {@link HttpLimits#unreadAnswerBudget()}. */
    public Builder unreadAnswerBudget(long value) {
      unreadAnswerBudget = value;
      return this;
    }

    /** Sets {@link HttpLimits#headerTimeout()}. */
    public Builder headerTimeout(Duration value) {
      headerTimeout = value;
      return this;
    }

    /** Sets {@link HttpLimits#bodyIdleTimeout()}. */
    public Builder bodyIdleTimeout(Duration value) {
      bodyIdleTimeout = value;
      return this;
    }

    /** Sets {@link HttpLimits#bodyTimeout()}. */
    public Builder bodyTimeout(Duration value) {
      bodyTimeout = value;
      return this;
    }

    /** Sets {@link HttpLimits#keepAliveTimeout()}. */
    public Builder keepAliveTimeout(Duration value) {
      keepAliveTimeout = value;
      return this;
    }

    /** Sets {@link HttpLimits#maxConnections()}. */
    public Builder maxConnections(int value) {
      maxConnections = value;
      return this;
    }

    /** Sets {@link HttpLimits#maxPipelinedRequests()}. */
    public Builder maxPipelinedRequests(int value) {
      maxPipelinedRequests = value;
      return this;
    }

    /** Sets {@link HttpLimits#maxConcurrentStreams()}. */
    public Builder maxConcurrentStreams(int value) {
      maxConcurrentStreams = value;
      return this;
    }

    /** Sets {@link HttpLimits#eventStreamBufferBytes()}. */
    public Builder eventStreamBufferBytes(int value) {
      eventStreamBufferBytes = value;
      return this;
    }

    /** Returns the limits. */
    public HttpLimits build() {
      return new HttpLimits(
          maxInitialLineBytes,
          maxHeaderBytes,
          maxHeaderCount,
          maxBodyBytes,
          requestBodyBudget,
          unreadAnswerBudget,
          headerTimeout,
          bodyIdleTimeout,
          bodyTimeout,
          keepAliveTimeout,
          maxConnections,
          maxPipelinedRequests,
          maxConcurrentStreams,
          eventStreamBufferBytes);
    }
  }
}
