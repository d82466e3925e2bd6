// SPDX-License-Identifier: Apache-2.0
/** The settings of a host: their names, where their values come from, and what they may be. */
@NullMarked
package io.cairn.launch.settings;

import org.jspecify.annotations.NullMarked;
