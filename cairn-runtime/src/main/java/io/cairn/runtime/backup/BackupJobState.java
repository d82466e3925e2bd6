// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.backup;

import io.cairn.document.DocumentKind;
import io.cairn.document.ServiceDocument;
import io.cairn.document.TaskState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How far a backup, or a restoration, of a host has come. */
@DocumentKind("io:cairn:runtime:backup:BackupJobState")
public class BackupJobState extends ServiceDocument {

  /** What is done. */
  public enum Action {
    BACKUP,
    RESTORE,
    WIPE
  }

  /** STARTED, FINISHED, FAILED with the reason, or CANCELLED. */
  public TaskState taskInfo = new TaskState();

  /** What is done. */
  public @Nullable Action action;

  /** Where the backup is, or is going to be. */
  public @Nullable String place;

  /** The name of the backup. */
  public @Nullable String backup;

  /** Which step of the work it is at. */
  public @Nullable String step;

  /** Bytes of this step that are done. */
  public long bytesDone;

  /** Bytes of this step; 0 while that is not known. */
  public long bytesTotal;

  /** Documents that were restored, or wiped. */
  public long documentCount;

  /** When it was begun, in microseconds since 1970. */
  public long startTimeMicros;

  /** What else there is to know, a sentence each. */
  public List<String> notes = List.of();
}
