// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

/** A request to another node's application got no reply. */
public final class RequestFailedException extends Exception {

  private static final long serialVersionUID = 1;

  /** Why. */
  public enum Reason {
    /** A queue was full; the request was not handled. */
    OVERFLOW,
    /** The node has no application that takes messages. */
    NO_APPLICATION,
    /** The node takes only smaller messages, or its reply is larger than this node takes. */
    TOO_LARGE,
    /** The node is not there or cannot be reached; the request was not handled. */
    UNREACHABLE,
    /** The application refused it; the message says why. */
    REFUSED,
    /** The application threw an exception. */
    FAILED,
    /** No reply in time; the request may have been handled. */
    TIMEOUT,
    /** The connection broke; the request may have been handled. */
    CONNECTION_LOST
  }

  private final Reason reason;

  /** Makes one with a sentence for people. */
  public RequestFailedException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** Returns why. */
  public Reason reason() {
    return reason;
  }
}
