// SPDX-License-Identifier: Apache-2.0
/** Running a project while it is being written: {@code cairn dev}. */
@NullMarked
package io.cairn.server.dev;

import org.jspecify.annotations.NullMarked;
