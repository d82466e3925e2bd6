// SPDX-License-Identifier: Apache-2.0
/** What a host is told about its backups. */
@NullMarked
package io.cairn.service.backup;

import org.jspecify.annotations.NullMarked;
