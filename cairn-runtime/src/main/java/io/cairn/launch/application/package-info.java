// SPDX-License-Identifier: Apache-2.0
/** What applications declare, and how they are found in files. */
@NullMarked
package io.cairn.launch.application;

import org.jspecify.annotations.NullMarked;
