// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

/** What is counted. The names are those of {@link Cluster#figures}, in camel case. */
enum Counter {
  /** Messages and requests of this node's applications that were handed to the network. */
  MESSAGES_SENT,
  /** Those that certainly did not arrive, for whatever reason. */
  MESSAGES_NOT_DELIVERED,
  /** Those of which nobody knows. */
  MESSAGES_UNCERTAIN,
  /** Messages and requests that came from other nodes, or from this one. */
  MESSAGES_RECEIVED,
  /** Times that an application's queue was full and it did not get a message. */
  MESSAGES_REFUSED,
  /** Messages that were dropped in favour of later ones. */
  MESSAGES_DROPPED,
  /** Messages that came when no application was there. */
  MESSAGES_WITHOUT_APPLICATION,
  /** Messages that made no sense, were too large, or came after later ones. */
  MESSAGES_INVALID,
  /** Replies that came too late. */
  REPLIES_LATE,
  /** Callbacks that threw. */
  CALLBACKS_FAILED,
  /** Callbacks that took longer than they should. */
  CALLBACKS_SLOW,
  /** Applications that were given up because they were too far behind, or did not stop. */
  APPLICATIONS_LOST,
  /** Watchers that were ended because they were too far behind. */
  WATCHERS_LOST;

  String key() {
    StringBuilder key = new StringBuilder();
    for (char letter : name().toCharArray()) {
      boolean starts = key.length() > 0 && key.charAt(key.length() - 1) == '_';
      if (starts) {
        key.setLength(key.length() - 1);
      }
      key.append(starts ? letter : Character.toLowerCase(letter));
    }
    return key.toString();
  }
}
