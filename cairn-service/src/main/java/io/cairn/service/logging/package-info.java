// SPDX-License-Identifier: Apache-2.0
/** How hosts and services write to the log. */
@NullMarked
package io.cairn.service.logging;

import org.jspecify.annotations.NullMarked;
