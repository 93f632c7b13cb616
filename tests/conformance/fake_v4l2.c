/* A V4L2 camera in user space: preloaded into a process, it answers for /dev/video0.
 *
 *   gcc -O2 -shared -fPIC -o fake_v4l2.so fake_v4l2.c -ldl
 *   FAKE_CAMERA=FOLDER LD_PRELOAD=./fake_v4l2.so python ...
 *
 * FOLDER holds camera.mjpeg (1280x720). While a file FOLDER/unplugged exists the camera is gone, while FOLDER/refused
 * exists it may not be opened, while FOLDER/stalled exists it gives no picture; with FOLDER/other it is another camera.
 * With FOLDER/yuyv it knows no JPEG and offers YUYV 640x480: brightness grows from the left to the right. The file descriptor is a timer, so that select() and poll() need not be faked. It offers
 * MJPG 1280x720 at 30 a second, stamps with the monotonic clock, and belongs to one opening at a time, as uvcvideo does.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define WIDTH (raw() ? 640 : 1280)
#define HEIGHT (raw() ? 480 : 720)
#define BUFFERS 4
#define BUFFER_BYTES (1 << 20)
#define MOST_FDS 1024
#define MOST_PICTURES 1000

static char ours[MOST_FDS];
static int owner = -1;               /* who has the buffers */
static unsigned char *memory[BUFFERS];
static int queued[BUFFERS], queued_count;
static uint32_t number;
static unsigned char *pictures[MOST_PICTURES];
static size_t sizes[MOST_PICTURES];
static int picture_count;

static int there(const char *name)
{
    char path[512];
    const char *folder = getenv("FAKE_CAMERA");
    snprintf(path, sizeof path, "%s/%s", folder ? folder : "", name);
    return folder && access(path, F_OK) == 0;
}

static int raw(void)
{
    return there("yuyv");
}

static void load(void)
{
    char path[512];
    if (picture_count || !getenv("FAKE_CAMERA"))
        return;
    snprintf(path, sizeof path, "%s/camera.mjpeg", getenv("FAKE_CAMERA"));
    FILE *file = fopen(path, "rb");
    if (!file)
        return;
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    unsigned char *data = malloc(size);
    size = data ? (long)fread(data, 1, size, file) : 0;
    fclose(file);
    for (long at = 0, start = 0; at + 1 < size && picture_count < MOST_PICTURES; at++)
        if (data[at] == 0xFF && data[at + 1] == 0xD9) {
            pictures[picture_count] = data + start;
            sizes[picture_count++] = at + 2 - start;
            start = at + 2;
        }
}

static int open_camera(void)
{
    if (there("unplugged")) {
        errno = ENOENT;
        return -1;
    }
    if (there("refused")) {
        errno = EACCES;
        return -1;
    }
    load();
    int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (fd >= 0 && fd < MOST_FDS)
        ours[fd] = 1;
    return fd;
}

static void arm(int fd, long period)
{
    struct itimerspec times = {{0, period}, {0, period}};
    timerfd_settime(fd, 0, &times, NULL);
}

#define FAKED(path) (getenv("FAKE_CAMERA") && strcmp(path, "/dev/video0") == 0)
#define OPEN(name)                                                                    \
    int name(const char *path, int flags, ...)                                        \
    {                                                                                 \
        va_list rest;                                                                 \
        va_start(rest, flags);                                                        \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;       \
        va_end(rest);                                                                 \
        int (*real)(const char *, int, ...) = dlsym(RTLD_NEXT, #name);                \
        return FAKED(path) ? open_camera() : real(path, flags, mode);                 \
    }
OPEN(open)
OPEN(open64)

int close(int fd)
{
    int (*real)(int) = dlsym(RTLD_NEXT, "close");
    if (fd >= 0 && fd < MOST_FDS && ours[fd]) {
        ours[fd] = 0;
        if (owner == fd)
            owner = -1;
    }
    return real(fd);
}

static int set_format(struct v4l2_format *format)
{
    struct v4l2_pix_format *picture = &format->fmt.pix;
    if (format->type != V4L2_BUF_TYPE_VIDEO_CAPTURE)
        return EINVAL;
    memset(picture, 0, sizeof *picture);
    picture->width = WIDTH;
    picture->height = HEIGHT;
    picture->pixelformat = raw() ? V4L2_PIX_FMT_YUYV : V4L2_PIX_FMT_MJPEG;
    picture->field = V4L2_FIELD_NONE;
    picture->bytesperline = raw() ? WIDTH * 2 : 0;
    picture->sizeimage = raw() ? WIDTH * HEIGHT * 2 : BUFFER_BYTES;
    picture->colorspace = raw() ? V4L2_COLORSPACE_SRGB : V4L2_COLORSPACE_JPEG;
    return 0;
}

static int dequeue(int fd, struct v4l2_buffer *buffer)
{
    uint64_t passed = 0;
    if (there("stalled")) {
        arm(fd, 0);
        return EAGAIN;
    }
    if (read(fd, &passed, sizeof passed) != sizeof passed)
        return EAGAIN;
    number += passed;
    if (!queued_count || !picture_count)
        return EAGAIN;
    int index = queued[0];
    memmove(queued, queued + 1, --queued_count * sizeof *queued);
    size_t size = WIDTH * HEIGHT * 2;
    if (raw()) {
        for (size_t at = 0; at < size; at += 2) {
            memory[index][at] = 16 + at / 2 % WIDTH * 219 / (WIDTH - 1);
            memory[index][at + 1] = 128;
        }
        memory[index][0] = number;
    } else {
        size = sizes[number % picture_count];
        memcpy(memory[index], pictures[number % picture_count], size);
    }
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    memset(buffer, 0, sizeof *buffer);
    buffer->index = index;
    buffer->type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    buffer->memory = V4L2_MEMORY_MMAP;
    buffer->bytesused = size;
    buffer->length = BUFFER_BYTES;
    buffer->flags = V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC | V4L2_BUF_FLAG_MAPPED;
    buffer->timestamp = (struct timeval){now.tv_sec, now.tv_nsec / 1000};
    buffer->sequence = number;
    buffer->m.offset = index * BUFFER_BYTES;
    return 0;
}

static int answer(int fd, unsigned long request, void *data)
{
    if (there("unplugged"))
        return ENODEV;
    switch (request) {
    case VIDIOC_QUERYCAP: {
        struct v4l2_capability *caps = data;
        memset(caps, 0, sizeof *caps);
        strcpy((char *)caps->driver, "fake");
        strcpy((char *)caps->card, there("other") ? "Other camera" : "Fake camera");
        strcpy((char *)caps->bus_info, "usb-fake-1");
        caps->device_caps = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
        caps->capabilities = caps->device_caps | V4L2_CAP_DEVICE_CAPS;
        return 0;
    }
    case VIDIOC_ENUMINPUT: {
        struct v4l2_input *input = data;
        if (input->index)
            return EINVAL;
        memset(input, 0, sizeof *input);
        strcpy((char *)input->name, "Camera 1");
        input->type = V4L2_INPUT_TYPE_CAMERA;
        return 0;
    }
    case VIDIOC_G_INPUT:
        *(int *)data = 0;
        return 0;
    case VIDIOC_S_INPUT:
        return *(int *)data ? EINVAL : 0;
    case VIDIOC_ENUM_FMT: {
        struct v4l2_fmtdesc *format = data;
        if (format->index)
            return EINVAL;
        format->pixelformat = raw() ? V4L2_PIX_FMT_YUYV : V4L2_PIX_FMT_MJPEG;
        return 0;
    }
    case VIDIOC_ENUM_FRAMESIZES: {
        struct v4l2_frmsizeenum *size = data;
        if (size->index)
            return EINVAL;
        size->type = V4L2_FRMSIZE_TYPE_DISCRETE;
        size->discrete.width = WIDTH;
        size->discrete.height = HEIGHT;
        return 0;
    }
    case VIDIOC_ENUM_FRAMEINTERVALS: {
        struct v4l2_frmivalenum *interval = data;
        if (interval->index)
            return EINVAL;
        interval->type = V4L2_FRMIVAL_TYPE_DISCRETE;
        interval->discrete = (struct v4l2_fract){1, 30};
        return 0;
    }
    case VIDIOC_S_FMT:
        if (owner >= 0 && owner != fd)
            return EBUSY;
        return set_format(data);
    case VIDIOC_G_FMT:
    case VIDIOC_TRY_FMT:
        return set_format(data);
    case VIDIOC_G_PARM:
    case VIDIOC_S_PARM: {
        struct v4l2_streamparm *parameters = data;
        parameters->parm.capture.capability = V4L2_CAP_TIMEPERFRAME;
        parameters->parm.capture.timeperframe = (struct v4l2_fract){1, 30};
        return 0;
    }
    case VIDIOC_REQBUFS: {
        struct v4l2_requestbuffers *buffers = data;
        if (buffers->memory != V4L2_MEMORY_MMAP)
            return EINVAL;
        if (owner >= 0 && owner != fd)
            return EBUSY;
        if (buffers->count > BUFFERS)
            buffers->count = BUFFERS;
        owner = buffers->count ? fd : -1;
        queued_count = 0;
        for (unsigned int i = 0; i < buffers->count; i++)
            if (!memory[i])
                memory[i] = calloc(1, BUFFER_BYTES);
        return 0;
    }
    case VIDIOC_QUERYBUF: {
        struct v4l2_buffer *buffer = data;
        if (buffer->index >= BUFFERS)
            return EINVAL;
        buffer->length = BUFFER_BYTES;
        buffer->m.offset = buffer->index * BUFFER_BYTES;
        return 0;
    }
    case VIDIOC_QBUF: {
        struct v4l2_buffer *buffer = data;
        if (buffer->index >= BUFFERS || queued_count == BUFFERS)
            return EINVAL;
        queued[queued_count++] = buffer->index;
        return 0;
    }
    case VIDIOC_DQBUF:
        return dequeue(fd, data);
    case VIDIOC_STREAMON:
        arm(fd, 1000000000L / 30);
        return 0;
    case VIDIOC_STREAMOFF:
        arm(fd, 0);
        queued_count = 0;
        return 0;
    default:
        return EINVAL;
    }
}

int ioctl(int fd, unsigned long request, ...)
{
    va_list rest;
    va_start(rest, request);
    void *data = va_arg(rest, void *);
    va_end(rest);
    if (fd < 0 || fd >= MOST_FDS || !ours[fd]) {
        int (*real)(int, unsigned long, ...) = dlsym(RTLD_NEXT, "ioctl");
        return real(fd, request, data);
    }
    int trouble = answer(fd, request & 0xFFFFFFFF, data);
    if (trouble)
        errno = trouble;
    return trouble ? -1 : 0;
}

#define MMAP(name)                                                                               \
    void *name(void *where, size_t length, int protection, int flags, int fd, off_t offset)      \
    {                                                                                            \
        void *(*real)(void *, size_t, int, int, int, off_t) = dlsym(RTLD_NEXT, #name);           \
        if (fd >= 0 && fd < MOST_FDS && ours[fd])                                                \
            return memory[offset / BUFFER_BYTES];                                                \
        return real(where, length, protection, flags, fd, offset);                               \
    }
MMAP(mmap)
MMAP(mmap64)

int munmap(void *where, size_t length)
{
    int (*real)(void *, size_t) = dlsym(RTLD_NEXT, "munmap");
    for (int i = 0; i < BUFFERS; i++)
        if (memory[i] && memory[i] == where)
            return 0;
    return real(where, length);
}
