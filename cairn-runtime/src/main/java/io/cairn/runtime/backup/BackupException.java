// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.backup;

import io.cairn.service.Operation;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Says why a backup, or its restoration, was not done. */
public final class BackupException extends IOException {

  /** What kind of reason it is, with the status that answers have. */
  public enum Reason {
    /** What was asked for makes no sense, or is not a whole backup. */
    INVALID(Operation.STATUS_CODE_BAD_REQUEST),
    /**
     * It cannot be done as things are: another one runs, the place is taken, documents are there.
     */
    CONFLICT(Operation.STATUS_CODE_CONFLICT),
    /** The group does not serve, so that nobody knows what it holds. */
    UNAVAILABLE(Operation.STATUS_CODE_UNAVAILABLE),
    /** There is no room where it was to go. */
    NO_ROOM(Operation.STATUS_CODE_INSUFFICIENT_STORAGE),
    /** Somebody wanted it to end. */
    CANCELLED(Operation.STATUS_CODE_CONFLICT);

    private final int status;

    Reason(int status) {
      this.status = status;
    }

    /** The status of an answer. */
    public int status() {
      return status;
    }
  }

  private final Reason reason;

  /** A failure with a sentence that says what to do. */
  public BackupException(Reason reason, String message) {
    this(reason, message, null);
  }

  /** As the other form, with what led to it. */
  public BackupException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** Tells what kind of reason it is. */
  public Reason reason() {
    return reason;
  }
}
