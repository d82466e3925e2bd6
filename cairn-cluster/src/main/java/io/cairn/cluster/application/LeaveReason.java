// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

/** Why a node is gone. */
public enum LeaveReason {
  /** It said good-bye. */
  LEAVE,
  /** It no longer answers, or its process was started anew. */
  CRASH
}
