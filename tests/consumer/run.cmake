# Uses the library as its two kinds of consumers do: (a) installed, by find_package; (b) as source,
# by add_subdirectory. Each builds tests/consumer and runs it.
cmake_minimum_required(VERSION 3.25)

function(run_step what)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${what} failed (${result}):\n${output}")
  endif()
  message(STATUS "${what}: done")
endfunction()

# Configures, builds and runs the consumer in WORK_DIR/<kind>; further arguments go to CMake.
function(try_consumer kind)
  set(build ${WORK_DIR}/${kind})
  run_step("${kind}: configure" ${CMAKE_COMMAND} -G Ninja -S ${SOURCE_DIR}/tests/consumer -B ${build}
           -DCMAKE_BUILD_TYPE=${BUILD_TYPE} -DCMAKE_CXX_COMPILER=${CXX_COMPILER}
           -DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER} ${ARGN})
  run_step("${kind}: build" ${CMAKE_COMMAND} --build ${build} --parallel 2)
  run_step("${kind}: run" ${build}/consumer ${build}/data)
endfunction()

file(REMOVE_RECURSE ${WORK_DIR})
run_step("install" ${CMAKE_COMMAND} --install ${BUILD_DIR} --prefix ${WORK_DIR}/prefix)
try_consumer(find_package -DCMAKE_PREFIX_PATH=${WORK_DIR}/prefix)
# The library's own flags are the outer build's, so that ccache has its objects already.
try_consumer(add_subdirectory -DDOSSIER_SOURCE_DIR=${SOURCE_DIR} -DDOSSIER_WERROR=${WERROR})
