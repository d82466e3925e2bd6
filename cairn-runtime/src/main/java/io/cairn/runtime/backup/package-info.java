// SPDX-License-Identifier: Apache-2.0
/**
 * Backups of a node group and their restoration: {@link io.cairn.runtime.backup.BackupRun} copies,
 * {@link io.cairn.runtime.backup.RestoreRun} proposes what was copied to another group, {@link
 * io.cairn.runtime.backup.BackupJobs} does one of them at a time.
 */
@NullMarked
package io.cairn.runtime.backup;

import org.jspecify.annotations.NullMarked;
