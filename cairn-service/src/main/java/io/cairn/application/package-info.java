// SPDX-License-Identifier: Apache-2.0
/** How an application is declared, run from a {@code main}, and found in a jar. */
@NullMarked
package io.cairn.application;

import org.jspecify.annotations.NullMarked;
