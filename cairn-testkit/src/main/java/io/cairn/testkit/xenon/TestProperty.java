// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.xenon;

/** How {@link VerificationHost} does what it is asked; most of them mean nothing any more. */
public enum TestProperty {
  SINGLE_ITERATION,
  PERSISTED,
  DELETE_DURABLE_SERVICE,
  BINARY_PAYLOAD,
  BINARY_SERIALIZATION,
  LARGE_PAYLOAD,
  BASIC_AUTH,
  FORCE_FAILURE,
  EXPECT_FAILURE,
  CONCURRENT_SEND,
  SET_EXPIRATION,
  SET_CONTEXT_ID,
  DISABLE_CONTEXT_ID_VALIDATION,
  TEXT_RESPONSE,
  HTTP2,

  /** Requests go over the network although the host is in this process. */
  FORCE_REMOTE
}
