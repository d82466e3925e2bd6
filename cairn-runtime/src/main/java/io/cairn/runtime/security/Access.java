// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security;

/** What a request to a route of the runtime needs. Authors' services need {@link #GRANTED}. */
public enum Access {
  /** Nothing: it is for everybody, also for who has not said who it is. It shows no secret. */
  OPEN,
  /** To be somebody: each thing that is asked for by it is decided about by itself. */
  KNOWN,
  /** To may read something: what comes back is only what the subject may read. */
  FILTERED,
  /** A role that allows the verb on the path. */
  GRANTED,
  /** To be the runtime itself. */
  SYSTEM
}
