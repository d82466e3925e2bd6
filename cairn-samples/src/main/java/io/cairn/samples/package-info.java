// SPDX-License-Identifier: Apache-2.0
/** Small complete applications, one a package. */
@NullMarked
package io.cairn.samples;

import org.jspecify.annotations.NullMarked;
