// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.audit;

/** What somebody did, or tried to, as records name it. */
public enum AuditedAction {
  /** A session was asked for. */
  LOGIN,
  /** A session was ended. */
  LOGOUT,
  USER,
  USER_GROUP,
  RESOURCE_GROUP,
  /** A role, or a grant of one. */
  ROLE,
  /** Credentials, such as a password. */
  CREDENTIALS,
  API_KEY,
  /** Sessions and keys were taken back. */
  REVOCATION,
  /** The keys that sign tokens were replaced. */
  SIGNING_KEY,
  TENANT,
  /** A node group or selector: who is in it, as what, its quorum. */
  MEMBERSHIP,
  /** A backup, or a change of what is backed up. */
  BACKUP,
  RESTORE,
  EXPORT,
  IMPORT,
  /** A setting of the host or of a service, such as what is logged. */
  SETTING,
  /** The host has started. */
  START,
  /** The host stops, or somebody wants it to. */
  STOP,
  /** Somebody tried to change the audit. */
  AUDIT,
  /** Any other request that was refused. */
  REQUEST,
  /** Any other update, if all of them are noted. */
  UPDATE,
  /** Records are missing: as many as the count says. */
  LOST
}
